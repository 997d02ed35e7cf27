import type { NoticeStatus, NoticeView, Page } from '@posthorn/contracts';
import type { CallOptions, Transport } from './create-transport.ts';
import { eachItem, type PageParams } from './pages.ts';

/** Filters of a list of notices; all that are given must match. */
export interface ListNoticesParams extends PageParams {
  webhookId?: number | undefined;
  status?: NoticeStatus | undefined;
}

/** E-mails about webhooks that were switched off: scope `read`. Newest first. */
export const createNoticeCalls = (send: Transport) => {
  const list = (params: ListNoticesParams = {}, options: CallOptions = {}) =>
    send<Page<NoticeView>>({ method: 'GET', path: '/v1/notices', query: { ...params }, ...options });
  return {
    /** One page. */
    list,
    /** All pages, asked for as they are used. */
    listAll: (params: ListNoticesParams = {}, options: CallOptions = {}): AsyncIterable<NoticeView> =>
      eachItem(params, (page) => list(page, options)),
  };
};
