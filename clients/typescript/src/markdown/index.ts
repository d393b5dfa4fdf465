"use client";

export { MessageView, type MessageViewProps } from "./message-view.js";
