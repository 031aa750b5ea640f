# A silo of the cluster. No shell and no package manager in the image; it runs as nobody in particular and writes only to /tmp.
FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src src
RUN dotnet publish src/InnovationScale.Silo -c Release -o /app -p:RestoreLockedMode=true

# "extra" brings ICU and time zones: dates, numbers and the order of words come from there.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra
COPY --from=build /app /app
WORKDIR /app
ENV INNOVATIONSCALE_URLS=http://*:8080 ASPNETCORE_HTTP_PORTS= DOTNET_EnableDiagnostics=0
USER $APP_UID
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=10s --start-period=60s CMD ["dotnet", "InnovationScale.Silo.dll", "health"]
ENTRYPOINT ["dotnet", "InnovationScale.Silo.dll"]
