-- What happened in each minute, counted in the transactions in which it happens. A row of stats_parts is written again and again in
-- its minute and finds room on its page (fillfactor), one of stats_minutes is written once, one of stats_hours a few times.
-- CreateTable
CREATE TABLE "stats_parts" (
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "account_id" INTEGER NOT NULL,
    "webhook_id" INTEGER NOT NULL,
    "part" INTEGER NOT NULL,
    "accepted" INTEGER NOT NULL DEFAULT 0,
    "succeeded" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "retried" INTEGER NOT NULL DEFAULT 0,
    "ms_5" INTEGER,
    "ms_10" INTEGER,
    "ms_20" INTEGER,
    "ms_35" INTEGER,
    "ms_60" INTEGER,
    "ms_100" INTEGER,
    "ms_200" INTEGER,
    "ms_350" INTEGER,
    "ms_600" INTEGER,
    "ms_1000" INTEGER,
    "ms_2000" INTEGER,
    "ms_3500" INTEGER,
    "ms_6000" INTEGER,
    "ms_10000" INTEGER,
    "ms_20000" INTEGER,
    "ms_60000" INTEGER,

    CONSTRAINT "stats_parts_pkey" PRIMARY KEY ("minute","account_id","webhook_id","part")
) WITH (fillfactor = 60);

-- CreateTable
CREATE TABLE "stats_minutes" (
    "account_id" INTEGER NOT NULL,
    "webhook_id" INTEGER NOT NULL,
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "accepted" INTEGER NOT NULL DEFAULT 0,
    "succeeded" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "retried" INTEGER NOT NULL DEFAULT 0,
    "ms_5" INTEGER,
    "ms_10" INTEGER,
    "ms_20" INTEGER,
    "ms_35" INTEGER,
    "ms_60" INTEGER,
    "ms_100" INTEGER,
    "ms_200" INTEGER,
    "ms_350" INTEGER,
    "ms_600" INTEGER,
    "ms_1000" INTEGER,
    "ms_2000" INTEGER,
    "ms_3500" INTEGER,
    "ms_6000" INTEGER,
    "ms_10000" INTEGER,
    "ms_20000" INTEGER,
    "ms_60000" INTEGER,

    CONSTRAINT "stats_minutes_pkey" PRIMARY KEY ("account_id","webhook_id","minute")
);

-- CreateTable
CREATE TABLE "stats_hours" (
    "account_id" INTEGER NOT NULL,
    "webhook_id" INTEGER NOT NULL,
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "accepted" INTEGER NOT NULL DEFAULT 0,
    "succeeded" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "retried" INTEGER NOT NULL DEFAULT 0,
    "ms_5" INTEGER,
    "ms_10" INTEGER,
    "ms_20" INTEGER,
    "ms_35" INTEGER,
    "ms_60" INTEGER,
    "ms_100" INTEGER,
    "ms_200" INTEGER,
    "ms_350" INTEGER,
    "ms_600" INTEGER,
    "ms_1000" INTEGER,
    "ms_2000" INTEGER,
    "ms_3500" INTEGER,
    "ms_6000" INTEGER,
    "ms_10000" INTEGER,
    "ms_20000" INTEGER,
    "ms_60000" INTEGER,

    CONSTRAINT "stats_hours_pkey" PRIMARY KEY ("account_id","webhook_id","hour")
) WITH (fillfactor = 80);

-- CreateIndex
CREATE INDEX "stats_minutes_minute_idx" ON "stats_minutes" USING BRIN ("minute");

-- CreateIndex
CREATE INDEX "stats_hours_hour_idx" ON "stats_hours" USING BRIN ("hour");

-- CreateIndex
CREATE INDEX "webhooks_account_id_updated_idx" ON "webhooks"("account_id", "updated");
