-- The default is the shard of all jobs that the version before enqueues, and costs no rewrite of the table.
-- AlterTable
ALTER TABLE "deliveries" ADD COLUMN     "shard" SMALLINT DEFAULT 0;
