export { setUp as default } from "./postgres-cluster";
