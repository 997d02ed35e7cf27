-- Null for attempts that code recorded which does not know the column. It costs no rewrite of the table.
-- AlterTable
ALTER TABLE "attempts" ADD COLUMN     "timings" TEXT;

-- CreateIndex
CREATE INDEX "notices_account_id_id_idx" ON "notices"("account_id", "id");

-- CreateIndex
CREATE INDEX "replays_account_id_id_idx" ON "replays"("account_id", "id");
