/** The contract's buckets, written a second time so that the code is not checked against itself. */
export const bounds = {
  deploy: [10, 30, 60, 120, 180, 240, 300, 420, 600, 720, 900, 1200, 1800, 3600],
  stage: [1, 2.5, 5, 10, 20, 30, 60, 120, 180, 300, 600, 900, 1800],
  latency: [5, 10, 25, 50, 100, 250, 500, 1000, 2000, 5000],
  downtime: [1, 2.5, 5, 10, 15, 20, 30, 60, 120, 300],
};
