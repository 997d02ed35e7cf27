-- DropIndex
DROP INDEX "replays_webhook_id_idx";

-- AlterTable
ALTER TABLE "manual_retries" ADD COLUMN     "replay_id" UUID,
ADD COLUMN     "succeeded" BOOLEAN;

-- AlterTable
ALTER TABLE "replays" ADD COLUMN     "counted" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "failed" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "position" UUID,
ADD COLUMN     "succeeded" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "taken_at" TIMESTAMPTZ(3),
ADD COLUMN     "wake_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "leases" (
    "name" TEXT NOT NULL,
    "holder" UUID NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "leases_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "manual_retries_replay_id_idx" ON "manual_retries"("replay_id") WHERE (replay_id IS NOT NULL);

-- CreateIndex
CREATE INDEX "replays_webhook_id_id_idx" ON "replays"("webhook_id", "id");

-- CreateIndex
CREATE INDEX "replays_wake_at_idx" ON "replays"("wake_at") WHERE (wake_at IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "replays_unfinished_key" ON "replays"("webhook_id") WHERE (finished IS NULL);


-- By hand from here: what Prisma's schema cannot express.

ALTER TABLE "replays" ADD CONSTRAINT "replays_state_check" CHECK ("state" IN ('pending', 'running', 'paused', 'done', 'cancelled'));
