-- Whose attempts failed in a time, from the index alone. Only the scheduler writes to these tables: it waits while they are built,
-- a few seconds at most, and nobody else does.
-- CreateIndex
CREATE INDEX "stats_hours_failed_idx" ON "stats_hours"("account_id", "hour", "webhook_id", "failed") WHERE (failed > 0 AND webhook_id > 0);

-- CreateIndex
CREATE INDEX "stats_minutes_failed_idx" ON "stats_minutes"("account_id", "minute", "webhook_id", "failed") WHERE (failed > 0 AND webhook_id > 0);
