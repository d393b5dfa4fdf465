import { Component, type ReactNode } from "react";

/** Shows that the page failed, instead of an empty page. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly error?: unknown }> {
  override readonly state: { readonly error?: unknown } = {};

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    if (!("error" in this.state)) return this.props.children;
    const { error } = this.state;
    return (
      <div className="start">
        <main>
          <h1>The page has failed</h1>
          <p className="banner bad" role="alert">
            {error instanceof Error ? error.message : String(error)}
            <button type="button" className="button small" onClick={() => location.reload()}>Reload</button>
          </p>
        </main>
      </div>
    );
  }
}
