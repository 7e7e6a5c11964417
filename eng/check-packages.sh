#!/usr/bin/env bash
# A project that references the packages, and no project of ours, gets all that is in them: the generator, so that it runs with the list of
# its handlers, the analyzers, so that a command without a handler does not compile, the test kit, which runs the same handlers, and an outbox
# that EF Core's own tool knows.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=0.0.0-check
cache=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')
ef=$(sed -n 's:.*<EntityFrameworkVersion>\(.*\)</EntityFrameworkVersion>.*:\1:p' Directory.Packages.props)

# Makes an application of one of the programs beside this script, and the packages that are named: name, version, name, version...
make_app() {
  local app="$work/$1" program="$2" references=""
  shift 2
  while [ $# -gt 0 ]; do
    references+="<PackageReference Include=\"$1\" Version=\"$2\" />"
    shift 2
  done
  mkdir "$app"
  cp "eng/check-packages/$program" "$app/"
  cat >"$app/App.csproj" <<PROJECT
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
  <ItemGroup>$references</ItemGroup>
</Project>
PROJECT
}

check_generator_and_analyzers() {
  make_app hello Program.cs Anywise.EfCore.PostgreSQL $version Anywise.Testing $version
  local app="$work/hello"
  [ "$(dotnet run --project "$app")" = $'Hello, Anna!\nHello, Ben!' ]
  [ "$(find "$app/obj" -name AnywiseHandlers.g.cs | wc -l)" = 1 ]

  echo 'internal sealed record Unheard : Anywise.Domain.ICommand;' >"$app/Unheard.cs"
  if dotnet build "$app" -v quiet >"$app/build.log" 2>&1 || ! grep -q 'error ANY001: .Unheard.' "$app/build.log"; then
    cat "$app/build.log"
    echo "A command without a handler compiled, or failed for another reason." >&2
    exit 1
  fi
}

check_outbox() {
  make_app shop Shop.cs Anywise.EfCore $version Microsoft.EntityFrameworkCore.Sqlite "$ef" Microsoft.EntityFrameworkCore.Design "$ef" Microsoft.Extensions.Hosting "$ef"
  local app="$work/shop"
  dotnet restore "$app" -v quiet
  dotnet tool restore
  dotnet ef migrations add Outbox --project "$app"
  grep -q 'AnywiseOutbox' "$app"/Migrations/*_Outbox.cs
  dotnet ef migrations has-pending-model-changes --project "$app"
  dotnet ef database update --project "$app"
  expect "Thank you, Anna! ShopContext's model: RuntimeModel" "$app"
  dotnet ef dbcontext optimize --project "$app"
  expect "Thank you, Anna! ShopContext's model: ShopContextModel" "$app"
}

# Runs an application, which is to write this.
expect() {
  local written
  written=$(dotnet run --project "$2" | paste -sd ' ')
  [ "$written" = "$1" ] || { echo "Expected '$1', but it wrote '$written'." >&2; exit 1; }
}

for package in Anywise.Domain Anywise.EfCore Anywise.EfCore.PostgreSQL Anywise.Testing; do
  dotnet pack "src/$package" --output "$work/packages" -p:Version=$version -v quiet
done
check_generator_and_analyzers
check_outbox
echo 'The packages hold what they should.'
