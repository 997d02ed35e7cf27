-- AlterTable
ALTER TABLE "webhooks" ADD COLUMN     "dialect_data" JSONB NOT NULL DEFAULT '{}';
