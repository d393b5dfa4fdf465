import type { NextConfig } from "next";

const config: NextConfig = {
  // Takes the packages and lock file of this folder; by default Next.js looks for them in the folders above too.
  turbopack: { root: import.meta.dirname },
  poweredByHeader: false,
};

export default config;
