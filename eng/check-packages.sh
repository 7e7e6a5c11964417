#!/usr/bin/env bash
# A project that references the packages, and no project of ours, gets all that is in them: the generator, so that
# it runs with the list of its handlers, and the analyzers, so that a command without a handler does not compile. The test kit runs the same handlers.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=0.0.0-check
cache=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')

for package in Anywise.Domain Anywise.EfCore Anywise.EfCore.PostgreSQL Anywise.Testing; do
  dotnet pack "src/$package" --output "$work/packages" -p:Version=$version -v quiet
done
mkdir "$work/app"
cp eng/check-packages/Program.cs "$work/app/"
cat >"$work/app/App.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
    <EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles>
    <RestoreAdditionalProjectSources>$work/packages</RestoreAdditionalProjectSources>
    <RestorePackagesPath>$work/cache</RestorePackagesPath>
    <RestoreFallbackFolders>$cache</RestoreFallbackFolders>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Anywise.EfCore.PostgreSQL" Version="$version" />
    <PackageReference Include="Anywise.Testing" Version="$version" />
  </ItemGroup>
</Project>
PROJECT

cd "$work/app"
[ "$(dotnet run)" = $'Hello, Anna!\nHello, Ben!' ]
[ "$(find obj -name AnywiseHandlers.g.cs | wc -l)" = 1 ]

echo 'internal sealed record Unheard : Anywise.Domain.ICommand;' >Unheard.cs
if dotnet build -v quiet >build.log 2>&1 || ! grep -q 'error ANY001: .Unheard.' build.log; then
  cat build.log
  echo "A command without a handler compiled, or failed for another reason." >&2
  exit 1
fi
echo 'The packages hold what they should.'
