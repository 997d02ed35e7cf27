-- Events of an account, newest first. Building it holds up writes to events, a second or two for each million of them.
-- CreateIndex
CREATE INDEX "events_account_id_id_idx" ON "events"("account_id", "id");
