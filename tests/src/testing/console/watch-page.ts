import type { Page } from 'playwright-core';

/** What a page does that it must not: it lists what the browser complained about, and whom else it asked. */
export interface Watch {
  /** Errors of scripts and of the console; violations of the content security policy are among them. */
  readonly complaints: readonly string[];
  /** Requests to anything but the server. */
  readonly strangers: readonly string[];
}

/** A refusal that a test asks for is told by the browser, too. */
const isRefusal = (text: string): boolean => /Failed to load resource: .*\b(?:401|403|404|409|422)\b/.test(text);
/** So is a connection that was taken away on purpose. */
const isOffline = (text: string): boolean => text.includes('net::ERR_INTERNET_DISCONNECTED');

export const watchPage = (page: Page, url: string): Watch => {
  const complaints: string[] = [];
  const strangers: string[] = [];
  page.on('console', (message) => {
    const text = message.text();
    const isBad = message.type() === 'error' || message.type() === 'warning';
    if (isBad && !isRefusal(text) && !isOffline(text)) complaints.push(text);
  });
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('data:')) strangers.push(request.url());
  });
  return { complaints, strangers };
};
