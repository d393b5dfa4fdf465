import type { ReactNode } from "react";

const icon = (path: string, isFilled = false) =>
  function Icon(): ReactNode {
    return (
      <svg className="glyph" viewBox="0 0 16 16" aria-hidden="true" fill={isFilled ? "currentColor" : "none"} stroke={isFilled ? "none" : "currentColor"} strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round">
        <path d={path} />
      </svg>
    );
  };

export const PlayIcon = icon("M4.5 2.8v10.4L13 8z", true);
export const StopIcon = icon("M4 4h8v8H4z", true);
export const PauseIcon = icon("M4 3h3v10H4zM9 3h3v10H9z", true);
export const PlusIcon = icon("M8 3v10M3 8h10");
export const RunIcon = icon("M9 1.8L3.2 9H8l-1 5.2L12.8 7H8z");
export const MoonIcon = icon("M13 9.6A5.6 5.6 0 0 1 6.4 3a5.6 5.6 0 1 0 6.6 6.6z");
export const SunIcon = icon("M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.2v1.2M8 13.6v1.2M1.2 8h1.2M13.6 8h1.2M3.2 3.2l.9.9M11.9 11.9l.9.9M3.2 12.8l.9-.9M11.9 4.1l.9-.9");
export const KeyIcon = icon("M5.2 6.6a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM7.5 7.5L13.5 1.5M11 4l2 2");
export const ChevronIcon = icon("M4 6l4 4 4-4");
export const SearchIcon = icon("M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.4 10.4l3.1 3.1");
