/** What a verdict tells the developer who passes a code that is no string. */
export const UNTYPED = "code must be a string: a number loses leading zeros";
