// @vitest-environment jsdom
import "./support/dom.js";
import { fireEvent, render, screen } from "@testing-library/react";
import { renderToString } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { MessageView } from "../src/markdown/index.js";

const laidOut = (text: string) => render(<MessageView text={text} />).container.querySelector(".es-markdown");

describe("MessageView", () => {
  it("lays out Markdown, and shows the text as it came when asked", () => {
    const { container } = render(<MessageView text={"It is **done**:\n\n- [x] one\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```sql\nselect 1\n```"} />);
    expect(container.querySelector("strong")?.textContent).toBe("done");
    expect(container.querySelector("li")?.textContent).toContain("☑");
    expect(screen.getByRole("region", { name: "Table" }).textContent).toBe("ab12");
    expect(container.querySelector("pre code")?.textContent).toBe("select 1\n");
    fireEvent.click(screen.getByRole("button", { name: "Raw" }));
    expect(container.querySelector(".es-text")?.textContent).toContain("**done**");
    expect(renderToString(<MessageView text="**a**" />)).toContain("<strong>a</strong>");
  });

  it("shows what can't be seen, and turns nothing around, as it came", () => {
    const { container } = render(<MessageView text={"a \u202E b"} />);
    expect(container.querySelector(".es-markdown")?.textContent).toBe("a ‹202E› b");
    fireEvent.click(screen.getByRole("button", { name: "Raw" }));
    expect(container.querySelector(".es-text")?.textContent).toBe("a ‹202E› b");
    expect(laidOut("```js\nif (a) {} // \u2066 }\n```")?.textContent).toContain("// ‹2066› }");
  });

  it("runs nothing, and loads nothing from other hosts", () => {
    const view = laidOut(`<script>alert(1)</script><img src="https://spy.example/1.png" onerror="alert(1)">\n\n![seen](https://spy.example/2.png)\n\n[a](javascript:alert(1)) [b](data:text/html,x) [c](https://docs.example/)`);
    expect(view?.querySelector("script, img, iframe, [onerror]")).toBeNull();
    expect(view?.textContent).toContain("<script>alert(1)</script>");
    expect([...(view?.querySelectorAll("a") ?? [])].map((link) => [link.textContent, link.getAttribute("href"), link.rel])).toEqual([
      ["seen", "https://spy.example/2.png", "noopener noreferrer nofollow"],
      ["a", "", "noopener noreferrer nofollow"],
      ["b", "", "noopener noreferrer nofollow"],
      ["c", "https://docs.example/", "noopener noreferrer nofollow"],
    ]);
  });

  it("gives each paragraph its own direction, and has no heading of the page's", () => {
    const view = laidOut("# Title\n\nتحقق من الفواتير\n\ndone");
    expect([...(view?.querySelectorAll("p") ?? [])].map((each) => each.dir)).toEqual(["auto", "auto", "auto"]);
    expect(view?.querySelector("h1")).toBeNull();
  });

  it.each([
    ["quotes", "> ".repeat(20_000) + "x"],
    ["lists", "- ".repeat(20_000) + "x"],
    ["brackets", "[".repeat(20_000)],
    ["images", "![".repeat(20_000)],
    ["emphasis", "*a _b ".repeat(8_000)],
    ["backticks", Array.from({ length: 300 }, (_, i) => "`".repeat(i)).join(" ")],
    ["a long line", "x".repeat(400_000)],
    ["indented quotes", Array.from({ length: 400 }, (_, i) => `${" ".repeat(i)}- a`).join("\n")],
    ["NUL and marks of direction", "a\0b\u202ec\u2066d"],
  ])("shows bombs of %s, however", (_, text) => {
    const { container } = render(<MessageView text={text} />);
    expect((container.textContent ?? "").length).toBeGreaterThan(4);
  }, 10_000);
});
