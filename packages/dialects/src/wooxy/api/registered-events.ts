/**
 * Event names in the vendor's document (wooxy.com/api-documentation/webhooks/webhook-create). Every public copy of the
 * page breaks off after `web-push-dismissed`, so names behind it, if there are any, come from the setting WOOXY_EVENTS.
 */
const DOCUMENTED_EVENTS = [
  'viber-delivered',
  'viber-failed',
  'viber-expired',
  'viber-rejected',
  'viber-viewed',
  'viber-clicked',
  'viber-contact-channel-subscribed',
  'viber-contact-channel-unsubscribed',
  'read',
  'delivered',
  'click',
  'reject',
  'complaint',
  'hard',
  'subscribed',
  'soft',
  'unsubscribed',
  'email-subscribed',
  'email-unsubscribed',
  'list-unsubscribe',
  // With an underscore, as it is documented.
  'sms_delivered',
  'sms-clicked',
  'sms-subscribed',
  'sms-unsubscribed',
  'web-push-delivered',
  'web-push-displayed',
  'web-push-clicked',
  'web-push-undelivered',
  'web-push-expired',
  'web-push-dismissed',
] as const;

/** All names that a webhook may have. `configured` is the setting: names joined by commas. */
export const registerEvents = (configured: string): ReadonlySet<string> => {
  const added = configured.split(',').map((name) => name.trim());
  return new Set<string>([...DOCUMENTED_EVENTS, ...added.filter((name) => name !== '')]);
};
