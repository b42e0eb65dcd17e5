# The images of Coral Policy, a stage for each process: docs/operations/images.md. `make images` makes the same without a container engine, because
# scripts/images carries out the stages below "What runs" itself; it knows only the instructions that stand there now.

# A .NET 10 SDK on Debian or Ubuntu, and Debian 12, by the names that your registry has for them.
ARG SDK_IMAGE=dotnet/sdk:10.0
ARG DEBIAN_IMAGE=debian:bookworm-slim

FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS build
ARG TARGETARCH=amd64
RUN apt-get update && apt-get install -y --no-install-recommends clang libbpf-dev libc6-dev llvm make && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# First what says which packages are needed: what is restored stays until that changes, whatever becomes of the code.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY Audit/Coral.Audit.csproj Audit/packages.lock.json Audit/
COPY Audit/Serilog/Coral.Audit.Serilog.csproj Audit/Serilog/packages.lock.json Audit/Serilog/
COPY certs/Coral.Certs.csproj certs/packages.lock.json certs/
COPY Cli/Coral.Cli.csproj Cli/packages.lock.json Cli/
COPY Kubernetes/Coral.Kubernetes.csproj Kubernetes/packages.lock.json Kubernetes/
COPY NodeAgent/Coral.NodeAgent.csproj NodeAgent/packages.lock.json NodeAgent/
COPY Policies/Coral.Policies.csproj Policies/packages.lock.json Policies/
COPY Webhook/Coral.Webhook.csproj Webhook/packages.lock.json Webhook/
COPY Makefile ./
RUN make restore RID=linux-$(echo "$TARGETARCH" | sed s/amd64/x64/)
COPY . .
ARG VERSION=dev
ARG COMMIT=none
ARG BUILD_DATE=unknown
RUN make build CI=true RID=linux-$(echo "$TARGETARCH" | sed s/amd64/x64/) VERSION="$VERSION" COMMIT="$COMMIT" BUILD_DATE="$BUILD_DATE"

FROM --platform=$BUILDPLATFORM ${DEBIAN_IMAGE} AS root
ARG TARGETARCH=amd64
RUN dpkg --add-architecture "$TARGETARCH" && apt-get update
COPY images /images
RUN for name in coral-agent coral-webhook debug; do /images/rootfs "$name" "/roots/$name" "$TARGETARCH" || exit 1; done

# What runs. The kernel keeps from a first process each signal that it has no handler for yet: a program of .NET, told to stop while it starts (which takes a second on a fifth of a core), would never
# hear of it. So tini is the first process, and what SIGTERM ends in that moment has ended well.

FROM scratch AS coral-webhook
ARG VERSION=dev
ARG COMMIT=none
ARG BUILD_DATE=unknown
ARG SOURCE=unknown
COPY --from=root /roots/coral-webhook/ /
COPY --from=build /src/build/bin/coral-webhook /usr/local/bin/
# The runtime's socket for debuggers would want a writable /tmp, and nobody is to attach.
ENV PATH=/usr/local/bin:/usr/bin:/usr/sbin DOTNET_EnableDiagnostics=0
WORKDIR /var/lib/coral
USER 65532:65532
EXPOSE 8443 9102
ENTRYPOINT ["tini", "-s", "-e", "143", "--", "coral-webhook"]
CMD ["serve"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["coral-webhook", "--health"]
LABEL org.opencontainers.image.title="coral-webhook" \
      org.opencontainers.image.description="Coral Policy: the admission webhook" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}" \
      org.opencontainers.image.created="${BUILD_DATE}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="${SOURCE}"

FROM scratch AS coral-agent
ARG VERSION=dev
ARG COMMIT=none
ARG BUILD_DATE=unknown
ARG SOURCE=unknown
COPY --from=root /roots/coral-agent/ /
COPY --from=build /src/build/bin/coral-agent /src/build/bin/coral /usr/local/bin/
ENV PATH=/usr/local/bin:/usr/bin:/usr/sbin DOTNET_EnableDiagnostics=0
WORKDIR /var/lib/coral
USER 65532:65532
EXPOSE 9001
ENTRYPOINT ["tini", "-s", "-e", "143", "--", "coral-agent"]
CMD ["sidecar"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["coral-agent", "--health"]
LABEL org.opencontainers.image.title="coral-agent" \
      org.opencontainers.image.description="Coral Policy: the agent of a node or beside an application, and the command line" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}" \
      org.opencontainers.image.created="${BUILD_DATE}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="${SOURCE}"

# The same with a shell and the tools of busybox.

FROM coral-webhook AS coral-webhook-debug
COPY --from=root /roots/debug/ /

FROM coral-agent AS coral-agent-debug
COPY --from=root /roots/debug/ /
