export * from './create-posthorn-client.ts';
export * from './errors.ts';
export * from './verify-webhook.ts';
export type { AuditParams } from './audit-calls.ts';
export type { CallOptions } from './create-transport.ts';
export type { ListEventsParams, SearchDeliveriesParams } from './event-calls.ts';
export type { ListNoticesParams } from './notice-calls.ts';
export type { ListenOptions } from './listener-calls.ts';
export type { PageParams } from './pages.ts';
export type { PublishEventInput, PublishFailure, PublishResult } from './publish-results.ts';
export type { StreamParams } from './live/follow-stream.ts';
export type { RankingParams, StatsParams, StatsRangeParams } from './stats-calls.ts';
export type { ListReplaysParams, WaitForReplayOptions } from './replay-calls.ts';
export type { ListDeliveriesParams, ListWebhooksParams } from './webhook-calls.ts';
// Types only: what the calls take and give is the contract's, whose run time (Joi) consumers do not need.
export type {
  AccountView,
  AttemptTimings,
  AttemptView,
  AuditAction,
  AuditActor,
  AuditEntryView,
  AuditTargetType,
  CheckStatus,
  CreateAccountBody,
  CreatedToken,
  CreateListenerBody,
  CreateReplayBody,
  CreateTokenBody,
  CreateWebhookBody,
  DeliveryStatus,
  DeliverySummary,
  DeliveryView,
  DialectView,
  DiagnosisCheck,
  DiagnosisView,
  ErrorCode,
  EventMatch,
  EventSummary,
  EventView,
  FieldError,
  HealthReport,
  ListenerAnswerBody,
  ListenerErrorCode,
  ListenerRequest,
  ListenerView,
  LatencyView,
  MatchReason,
  NoticeKind,
  NoticeStatus,
  NoticeView,
  MeView,
  Page,
  PatchWebhookBody,
  PublishedEvent,
  ReadinessReport,
  ReplayableStatus,
  ReplayFilter,
  ReplayState,
  ReplayView,
  RetryAccepted,
  RotateSecretBody,
  StatsCounts,
  StatsPoint,
  StatsStep,
  StatsSummary,
  StatsView,
  StreamAttempt,
  StreamItem,
  StreamKind,
  StreamSkipped,
  StreamState,
  SearchedPage,
  TestResult,
  TokenScope,
  TokenView,
  WebhookPolicy,
  WebhookRanking,
  WebhookSecretView,
  WebhookState,
  WebhookStats,
  WebhookView,
  WebhookViews,
} from '@posthorn/contracts';
