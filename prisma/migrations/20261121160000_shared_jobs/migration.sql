-- First attempts of deliveries that are stored together share a job. Null, as all rows of before have it: a job of its own.
ALTER TABLE "deliveries" ADD COLUMN     "job_id" UUID;
