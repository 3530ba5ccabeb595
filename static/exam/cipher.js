/**
 * AES-256-GCM: by the browser where it offers WebCrypto, by a vendored library in halls on plain http, where it does not.
 * Keys, nonces and boxes (text and tag) are base64; `about` is text that is authenticated with the box and not in it.
 */

const NONCE_BYTES = 12;
const CHUNK = 0x8000; // bytes that one call of a function may be given as arguments
const utf8 = new TextEncoder();

const toBytes = (base64) => Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));

function toBase64(bytes) {
  let signs = "";
  for (let at = 0; at < bytes.length; at += CHUNK) signs += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(signs);
}

async function byBrowser(subtle, key, nonce, about) {
  const made = await subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
  const how = { name: "AES-GCM", iv: nonce, additionalData: about };
  return { encrypt: (text) => subtle.encrypt(how, made, text), decrypt: (box) => subtle.decrypt(how, made, box) };
}

async function byLibrary(key, nonce, about) {
  const { gcm } = await import("../vendor/noble-ciphers/aes.js");
  return gcm(key, nonce, about);
}

const cipher = (key, nonce, about, subtle) =>
  (subtle ? byBrowser(subtle, toBytes(key), nonce, utf8.encode(about)) : byLibrary(toBytes(key), nonce, utf8.encode(about)));

/** Load now what a later decryption needs: at the start of an exam nothing should have to be fetched. */
export async function warmUp(subtle = globalThis.crypto?.subtle) {
  if (!subtle) await import("../vendor/noble-ciphers/aes.js");
}

/** The text in a box; rejects when the key, the box or `about` is not what it was sealed with. */
export async function openBox({ nonce, box }, key, about, subtle = globalThis.crypto?.subtle) {
  const made = await cipher(key, toBytes(nonce), about, subtle);
  return new TextDecoder().decode(await made.decrypt(toBytes(box)));
}

/** Seal a text under a nonce of its own. */
export async function sealBox(text, key, about, subtle = globalThis.crypto?.subtle) {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const made = await cipher(key, nonce, about, subtle);
  return { nonce: toBase64(nonce), box: toBase64(new Uint8Array(await made.encrypt(utf8.encode(text)))) };
}
