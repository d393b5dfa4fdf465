import type { Metadata } from "next";
import type { ReactNode } from "react";
import "@eventstream/client/styles.css";
import "./page.css";

export const metadata: Metadata = { title: "EventStream with Next.js" };

export default function Layout({ children }: { children: ReactNode }): ReactNode {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
