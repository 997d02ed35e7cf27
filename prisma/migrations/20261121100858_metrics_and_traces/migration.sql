-- Null for events that were published without tracing. Code that does not know the column leaves it so.
-- AlterTable
ALTER TABLE "events" ADD COLUMN     "traceparent" TEXT;

-- The oldest due delivery of each lane, without a look at the rest. Building them holds up writes to deliveries.
-- CreateIndex
CREATE INDEX "deliveries_first_due_idx" ON "deliveries"("due_at") WHERE (status = 'pending' AND attempts = 0);

-- CreateIndex
CREATE INDEX "deliveries_retry_due_idx" ON "deliveries"("due_at") WHERE (status = 'pending' AND attempts > 0);
