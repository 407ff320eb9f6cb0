import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * What Prometheus reads at /metrics. Labels are few and fixed: no tenant, key, person or operation name is among them, so
 * that the figures may be read without a key.
 */
export class Metrics {
  readonly registry = new Registry();

  readonly requestSeconds = new Histogram({
    name: "onefold_http_request_seconds",
    help: "How long HTTP requests took, by route and status.",
    labelNames: ["route", "status"] as const,
    buckets: SECONDS,
    registers: [this.registry],
  });

  readonly errors = new Counter({
    name: "onefold_graphql_errors_total",
    help: "Errors in GraphQL answers, by code.",
    labelNames: ["code"] as const,
    registers: [this.registry],
  });

  readonly sockets = new Gauge({
    name: "onefold_sockets",
    help: "WebSockets that are open.",
    registers: [this.registry],
  });

  readonly operations = new Gauge({
    name: "onefold_socket_operations",
    help: "Operations that are open on WebSockets.",
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
