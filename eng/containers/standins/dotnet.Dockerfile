# The .NET of this machine under the names of Microsoft's images. Context: a tar of / with usr/share/dotnet and the machine's certificates.
ARG BASE
FROM ${BASE} AS aspnet
COPY etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY usr/share/dotnet/dotnet /usr/share/dotnet/dotnet
COPY usr/share/dotnet/host/ /usr/share/dotnet/host/
COPY usr/share/dotnet/shared/ /usr/share/dotnet/shared/
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet && useradd --uid 1654 --user-group --create-home app
ENV APP_UID=1654 ASPNETCORE_HTTP_PORTS=8080 DOTNET_RUNNING_IN_CONTAINER=true

FROM aspnet AS sdk
COPY usr/share/dotnet/ /usr/share/dotnet/
ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
