/** The line to the server: one Socket.IO connection at a time, each opened with a fresh one-use ticket, kept up until told to stop. */

import { io } from "../vendor/socket.io-client/socket.io.esm.min.js";

const DELAYS_MS = [300, 800, 1500, 3000, 5000]; // before each next try; the last one repeats
const ASK_MS = 8000;
const CONNECT_MS = 10_000;

export class Line {
  /**
   * @param ticket async () => the text of a fresh ticket
   * @param on {welcome(picture), event(name, payload), up(), down(), refused(error)}; `refused` returns whether to try again
   */
  constructor(ticket, on) {
    Object.assign(this, { ticket, on, socket: null, wanted: false, failures: 0, timer: 0, opening: false });
    window.addEventListener("online", () => this.wanted && this.openNow());
    window.addEventListener("offline", () => this.hangUp());
  }

  get open() {
    return Boolean(this.socket?.connected && this.socket.welcomed);
  }

  start() {
    this.wanted = true;
    this.openNow();
  }

  stop() {
    this.wanted = false;
    clearTimeout(this.timer);
    this.hangUp();
  }

  /** Emit and wait for the answer; rejects when none comes in time, and then gives the connection up as dead. */
  async ask(name, payload, within = ASK_MS) {
    if (!this.open) throw new Error("the line is down");
    const socket = this.socket;
    try {
      return await socket.timeout(within).emitWithAck(name, payload);
    } catch (problem) {
      if (socket === this.socket) this.hangUp();
      throw problem;
    }
  }

  openNow() {
    clearTimeout(this.timer);
    if (this.opening || this.socket) return;
    this.opening = true;
    this.dial().catch((problem) => this.failed(problem)).finally(() => { this.opening = false; });
  }

  async dial() {
    const ticket = await this.ticket();
    if (!this.wanted) return;
    const socket = io("/exam", { transports: ["websocket"], reconnection: false, forceNew: true, timeout: CONNECT_MS, auth: { ticket } });
    this.socket = socket;
    socket.on("welcome", (picture) => this.welcomed(socket, picture));
    socket.onAny((name, payload) => name !== "welcome" && socket === this.socket && this.on.event(name, payload ?? {}));
    socket.on("connect_error", (problem) => socket === this.socket && this.failed(problem));
    socket.on("disconnect", () => socket === this.socket && this.failed(new Error("disconnected")));
    setTimeout(() => socket === this.socket && !socket.welcomed && this.failed(new Error("no welcome")), CONNECT_MS);
  }

  welcomed(socket, picture) {
    if (socket !== this.socket) return;
    socket.welcomed = true;
    this.failures = 0;
    this.on.welcome(picture);
    this.on.up();
  }

  failed(problem) {
    this.drop();
    this.on.down();
    if (this.wanted && this.on.refused(problem)) this.later();
  }

  later() {
    const delay = DELAYS_MS[Math.min(this.failures, DELAYS_MS.length - 1)];
    this.failures += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.openNow(), delay * (0.7 + Math.random() * 0.6));
  }

  hangUp() {
    if (this.socket) this.failed(new Error("hung up"));
  }

  drop() {
    const socket = this.socket;
    this.socket = null;
    socket?.removeAllListeners();
    socket?.disconnect();
  }
}
