import type { NextConfig } from "next";

const config: NextConfig = {
  // The packages and lock file of this folder are meant, whatever stands above it.
  turbopack: { root: import.meta.dirname },
  poweredByHeader: false,
};

export default config;
