/** Media types of bodies and answers, most wanted first, and the form that each means. */
export const JSON_TYPES = [
  'application/json',
  'text/json',
  'application/json-patch+json',
  'application/merge-patch+json',
] as const;

export const XML_TYPES = ['application/xml', 'text/xml'] as const;

export const FORM_TYPE = 'application/x-www-form-urlencoded';

export const isXmlType = (type: string): boolean => XML_TYPES.some((xml) => xml === type);
