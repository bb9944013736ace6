// @ts-check
import { sha256 } from './sha256.js';

// Away from the page, so that it stays smooth while large files are hashed.
self.onmessage = (event) => {
  const { id, octets } = event.data;
  self.postMessage({ id, digest: sha256(new Uint8Array(octets)) });
};
