# The image of every node: alone (`serve`, the default) or in a cluster (`node`). Debian throughout, so that what is built
# meets the same C library where it runs.

FROM golang:1.24-bookworm AS litefs
WORKDIR /litefs
# A module of our own requires exactly the wanted version; `go install` refuses LiteFS' module.
COPY scripts/cluster-lab/litefs/go.mod scripts/cluster-lab/litefs/go.sum ./
ENV CGO_ENABLED=1
RUN go build -mod=readonly -trimpath -ldflags '-s -w' -o /out/litefs github.com/superfly/litefs/cmd/litefs

FROM node:22-bookworm-slim AS encapsify
WORKDIR /encapsify
# Packages first: they change less often than the source.
COPY package.json bun.lock bunfig.toml tsconfig.json ./
COPY scripts/install.sh scripts/install.sh
RUN sh scripts/install.sh
COPY . .
RUN ./scripts/build

FROM debian:bookworm-slim
# fuse3 mounts LiteFS, mount takes a dead mount away, ffmpeg makes the rungs of videos.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates ffmpeg fuse3 mount \
  && rm -rf /var/lib/apt/lists/*
COPY --from=litefs /out/litefs /usr/local/bin/litefs
COPY --from=encapsify /encapsify/dist/encapsify /usr/local/bin/encapsify
ENV ENCAPSIFY_DATA=/data
EXPOSE 3000
# The program itself, so that signals reach it, and so that a command which has no volume mounts nothing.
ENTRYPOINT ["/usr/local/bin/encapsify"]
CMD ["serve"]
