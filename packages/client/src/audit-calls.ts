import type { AuditEntryView, ListAuditQuery, Page } from '@posthorn/contracts';
import type { CallOptions, Transport } from './create-transport.ts';
import { eachItem, type PageParams } from './pages.ts';

/** What the audit log can be narrowed down to; all of them together. */
export type AuditParams = PageParams &
  Partial<Omit<ListAuditQuery, 'limit' | 'cursor' | 'accountId'>> & {
    /** For the admin token. */
    accountId?: number | undefined;
  };

/** The audit log: scope `manage`, or the admin token. Newest first. */
export const createAuditCalls = (send: Transport) => {
  const list = (params: AuditParams = {}, options: CallOptions = {}) =>
    send<Page<AuditEntryView>>({ method: 'GET', path: '/v1/audit', query: { ...params }, ...options });
  return {
    /** One page. */
    list,
    /**
     * All pages, asked for as they are used.
     * @example
     * for await (const { at, actor, action } of client.audit.listAll({ targetType: 'webhook', targetId: '7' })) {
     *   console.log(at, actor.name, action);
     * }
     */
    listAll: (params: AuditParams = {}, options: CallOptions = {}): AsyncIterable<AuditEntryView> =>
      eachItem(params, (page) => list(page, options)),
  };
};
