// What the elements say. A function where something has to be filled in.
import { de } from "./german.js";

/** A text of one's own replaces one of these: `element.texts = { setupTitle: "Protect your account" }`. */
export interface Texts {
  loading: string;
  cancel: string;
  back: string;
  next: string;
  again: string;
  /** Of the progress: the third of four. */
  step(number: number, of: number): string;
  scanTitle: string;
  scanText: string;
  linkTitle: string;
  linkText: string;
  openApp: string;
  qrLabel: string;
  issuer: string;
  account: string;
  manual: string;
  manualHint: string;
  manualTitle: string;
  manualText: string;
  key: string;
  /** The hash is empty where it is the one that every app has. */
  keyDetails(digits: number, period: number, hash: string): string;
  scanInstead: string;
  /** Above the names of the apps. */
  apps: string;
  appsAll(names: string): string;
  /** Where other apps compute other codes. */
  appsSome(names: string): string;
  expires(time: string): string;
  copy: string;
  copied: string;
  confirmTitle: string;
  confirmText(digits: number): string;
  code: string;
  confirm: string;
  codesTitle: string;
  codesText: string;
  codesList: string;
  download: string;
  downloaded: string;
  print: string;
  fileName: string;
  copyCodes: string;
  codesNext: string;
  proveTitle: string;
  proveText(place: number): string;
  proveLabel(place: number): string;
  prove: string;
  passkeyTitle: string;
  passkeyText: string;
  passkeyAdd: string;
  passkeySkip: string;
  doneTitle: string;
  doneText: string;
  donePasskey: string;
  expiredTitle: string;
  expiredText: string;
  newCode: string;
  failedTitle: string;
  cancelledTitle: string;
  cancelledText: string;
  promptTitle: string;
  promptText: string;
  promptRecovery: string;
  promptPasskey: string;
  recoveryCode: string;
  usePasskey: string;
  verify: string;
  verifying: string;
  remember: string;
  otherWays: string;
  /** The buttons of the other ways. */
  ways: { otp: string; recovery: string; passkey: string };
  nextCode(seconds: number): string;
  locked(time: string): string;
  unlocked: string;
  attemptsLeft(count: number): string;
  codesLeft(count: number): string;
  /** This device's clock against the service's. */
  clockAhead(time: string): string;
  clockBehind(time: string): string;
  phoneAhead(time: string): string;
  phoneBehind(time: string): string;
  seconds(count: number): string;
  minutes(count: number): string;
  /** By the code of the problem. */
  problems: Readonly<Record<string, string>>;
}

const one = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** English. */
export const en: Texts = {
  loading: "One moment …",
  cancel: "Cancel",
  back: "Back",
  next: "Continue",
  again: "Try again",
  step: (number, of) => `Step ${number} of ${of}`,
  scanTitle: "Scan the QR code",
  scanText: "Open your authenticator app, choose to add an account, and point the camera here.",
  linkTitle: "Add the account to your app",
  linkText: "Your authenticator app on this device takes the account from a link.",
  openApp: "Open authenticator app",
  qrLabel: "QR code for your authenticator app",
  issuer: "Service",
  account: "Account",
  manual: "Enter the key by hand",
  manualHint: "The camera does not read it? You can type the key instead.",
  manualTitle: "Enter the key by hand",
  manualText: "In your authenticator app, choose to enter a setup key, and type this one. Spaces do not matter.",
  key: "Setup key",
  keyDetails: (digits, period, hash) =>
    `Based on time, ${digits} digits, every ${period} seconds${hash && `, ${hash}`}`,
  scanInstead: "Show the QR code",
  apps: "Which app?",
  appsAll: (names) => `These work, and so do most others: ${names}.`,
  appsSome: (names) => `Not every app works here. These do: ${names}.`,
  expires: (time) => `Valid for ${time}`,
  copy: "Copy key",
  copied: "Copied",
  confirmTitle: "Enter the code",
  confirmText: (digits) => `Your app now shows ${digits} digits for this account. They prove that it works.`,
  code: "Code of your app",
  confirm: "Confirm",
  codesTitle: "Save your recovery codes",
  codesText: "Without your phone, each of these lets you in once. Keep them where the phone is not.",
  codesList: "Recovery codes",
  download: "Download",
  downloaded: "Downloaded",
  print: "Print",
  fileName: "recovery-codes.txt",
  copyCodes: "Copy",
  codesNext: "I saved them",
  proveTitle: "Are they saved?",
  proveText: (place) => `Look where you saved them, and type code number ${place}.`,
  proveLabel: (place) => `Recovery code ${place}`,
  prove: "Check",
  passkeyTitle: "Add a passkey",
  passkeyText: "Next time, sign in with your fingerprint, your face or the PIN of this device. No code to type.",
  passkeyAdd: "Add a passkey",
  passkeySkip: "Not now",
  doneTitle: "Your account is protected",
  doneText: "From now on, you are asked for a code of your app when you sign in.",
  donePasskey: "From now on, your passkey or a code of your app lets you in.",
  expiredTitle: "The QR code is over",
  expiredText:
    "It was not confirmed in time, so it is not good any more. Remove its entry from your app if there is one.",
  newCode: "Show a new QR code",
  failedTitle: "This did not work",
  cancelledTitle: "Nothing was changed",
  cancelledText: "You can set up an authenticator at any time. Remove the new entry from your app if there is one.",
  promptTitle: "Confirm that it is you",
  promptText: "Type the code that your authenticator app shows now.",
  promptRecovery: "Type one of the recovery codes that you saved. It is good once.",
  promptPasskey: "Use your fingerprint, your face, the PIN of this device, or a security key.",
  recoveryCode: "Recovery code",
  usePasskey: "Use passkey",
  verify: "Continue",
  verifying: "Checking …",
  remember: "Remember this device",
  otherWays: "Other ways",
  ways: { otp: "Use a code of your app", recovery: "Use a recovery code", passkey: "Use a passkey" },
  nextCode: (seconds) => `The next code comes in ${seconds} s`,
  locked: (time) => `Codes are taken again in ${time}.`,
  unlocked: "You can try again now.",
  attemptsLeft: (count) => `${one(count, "try").replace("trys", "tries")} left.`,
  codesLeft: (count) => `${one(count, "recovery code")} left.`,
  clockAhead: (time) => `The clock of this device is ${time} fast. Let it set itself.`,
  clockBehind: (time) => `The clock of this device is ${time} slow. Let it set itself.`,
  phoneAhead: (time) => `The clock of your phone is about ${time} fast. Let it set itself, then type the next code.`,
  phoneBehind: (time) => `The clock of your phone is about ${time} slow. Let it set itself, then type the next code.`,
  seconds: (count) => one(count, "second"),
  minutes: (count) => one(count, "minute"),
  problems: {
    code_empty: "Type the code first.",
    code_malformed: "This is no code. Type the digits that your app shows, or a recovery code.",
    code_rejected: "The code is not right. Type the one that your app shows now.",
    code_replayed: "The code was used already. Wait for the next one.",
    code_expired: "The code is over. Type the one that your app shows now.",
    clock_drift: "The clock of your phone is off. Let it set itself, then type the next code.",
    algorithm_mismatch: "Your app computes another kind of code than this service asks for. Use another app.",
    digits_mismatch: "Your app shows another number of digits than this service asks for. Use another app.",
    period_mismatch: "Your app changes its codes at other times than this service asks for. Use another app.",
    previous_secret: "This is the code of an older entry. Delete that from your app, and use the new one.",
    misread: "Digits are left out or in the wrong order. Type all of the code that your app shows now.",
    proof_wrong: "This is another code. Look for the one with the number above.",
    locked: "There were too many wrong codes.",
    disabled: "There were too many wrong codes in a row. Use a recovery code, or ask for help.",
    authentication_required: "You are not signed in any more. Sign in again.",
    invalid_token: "You are not signed in any more. Sign in again.",
    verification_required: "Confirm first that it is you, with the second factor that you have.",
    session_invalid: "It is too long since you confirmed that it is you. Do so again.",
    forbidden: "This account cannot have a second factor.",
    insufficient_scope: "This sign-in does not allow it. Sign in again.",
    insecure_transport: "The connection is not secure. Open the page with https.",
    cross_origin: "The service does not take this from this page.",
    not_found: "The service does not offer this.",
    no_pending_enrolment: "The set-up is over. Begin it again.",
    enrolment_expired: "The QR code is over. Begin again.",
    too_many_factors: "The account has as many factors as it can have. Remove one first.",
    already_enrolled: "This is set up already.",
    not_enrolled: "There is no second factor yet.",
    unavailable: "The service cannot be reached. Try again in a moment.",
    internal: "Something is broken at the service. Try again later.",
    network: "There is no connection. Check it, and try again.",
    passkey_refused: "The passkey was not accepted. Try again, or use another way.",
    passkey_unknown: "The account does not know this passkey. Remove it from your device, and use another way.",
    passkey_expired: "The passkey is too old. Use another way, and add a new one.",
    passkey_taken: "This passkey is of another account. Make a new one.",
    no_challenge: "That took too long. Try again.",
    passkey_cancelled: "That was cancelled, or took too long. You can try again.",
    passkey_exists: "This device has a passkey for your account already.",
    passkey_domain: "Passkeys do not work on this address.",
    passkey_aborted: "That was interrupted. You can try again.",
    passkey_constraint: "This device cannot check who you are. Set up a PIN or a fingerprint, or use another device.",
    passkey_unsupported: "This browser or device cannot do passkeys.",
    passkey_failed: "The passkey did not work. Try again.",
  },
};

export { de };

/** By a language tag (BCP 47); English where there is nothing else. */
export function textsFor(language: string): Texts {
  return /^de\b/i.test(language) ? de : en;
}

/** `2:05`. */
export function clockTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** How far clocks are apart, in words: `40 seconds`, `3 minutes`. */
export function duration(texts: Texts, milliseconds: number): string {
  const seconds = Math.round(Math.abs(milliseconds) / 1000);
  return seconds < 90 ? texts.seconds(seconds) : texts.minutes(Math.round(seconds / 60));
}
