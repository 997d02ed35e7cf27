-- Webhooks whose requests are handed to a client that is connected to the API, and these requests while somebody waits.

-- CreateTable
CREATE TABLE "listeners" (
    "id" UUID NOT NULL,
    "webhook_id" INTEGER NOT NULL,
    "account_id" INTEGER NOT NULL,
    "created" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "connection" UUID,

    CONSTRAINT "listeners_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "relay_requests" (
    "id" UUID NOT NULL,
    "listener_id" UUID NOT NULL,
    "request" TEXT NOT NULL,
    "deadline" TIMESTAMPTZ(3) NOT NULL,
    "taken_by" UUID,
    "answer" TEXT,

    CONSTRAINT "relay_requests_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "listeners_webhook_id_key" ON "listeners"("webhook_id");

-- CreateIndex
CREATE UNIQUE INDEX "listeners_connection_key" ON "listeners"("connection");

-- CreateIndex
CREATE INDEX "listeners_seen_at_idx" ON "listeners"("seen_at");

-- CreateIndex
CREATE INDEX "relay_requests_listener_id_idx" ON "relay_requests"("listener_id");

-- CreateIndex
CREATE INDEX "relay_requests_deadline_idx" ON "relay_requests"("deadline");

-- AddForeignKey
ALTER TABLE "listeners" ADD CONSTRAINT "listeners_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhooks"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "relay_requests" ADD CONSTRAINT "relay_requests_listener_id_fkey" FOREIGN KEY ("listener_id") REFERENCES "listeners"("id") ON DELETE CASCADE ON UPDATE CASCADE;
