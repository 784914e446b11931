# Sourced by limner and test.sh: finds .NET, and builds only what changed. Everything it says goes to stderr.
# shellcheck shell=bash

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1
# The SDK asks for libicu, which a bare Debian lacks; nothing here depends on culture.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

# A bare environment (env -i, some CI runners) has no HOME, and neither dotnet nor NuGet works without one. Unset, ~ is asked of the system.
[ -n "${HOME:-}" ] || { unset HOME; HOME=~; export HOME; }

state=$root/.build
configuration=Release
variant=
[ "${LimnerGpu:-}" = true ] && variant=gpu/
binaries=bin/$variant$configuration/net10.0

say() { printf '%s\n' "$*" >&2; }

# .NET and ONNX Runtime need the C++ runtime, downloading packages needs TLS and certificates: Debian packages, on most machines already there.
require_packages() {
    local missing=()
    [[ $OSTYPE == linux* ]] || { say "This runs on Linux; elsewhere use docker compose (README.md)."; exit 127; }
    /sbin/ldconfig -p 2>/dev/null | grep 'libstdc++\.so\.6' >/dev/null || missing+=(libstdc++6)
    /sbin/ldconfig -p 2>/dev/null | grep 'libssl\.so\.[13]' >/dev/null || missing+=(libssl3)
    [ -e /etc/ssl/certs/ca-certificates.crt ] || [ -e /etc/pki/tls/certs/ca-bundle.crt ] || [ -e /etc/ssl/ca-bundle.pem ] || missing+=(ca-certificates)
    [ ${#missing[@]} -eq 0 ] && return
    command -v apt-get >/dev/null || { say "Please install: ${missing[*]}."; exit 127; }
    [ "$(id -u)" -eq 0 ] || { say "Please install as root: apt-get install ${missing[*]}"; exit 127; }
    say "installing Debian packages: ${missing[*]}"
    mkdir -p "$state"
    if ! { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$state/apt.log" 2>&1; then
        tail -5 "$state/apt.log" >&2
        say "Installing ${missing[*]} failed; all of its output is in $state/apt.log."
        exit 127
    fi
}

# Sets $dotnet to an SDK that global.json accepts and notes it for the launcher, or says in one sentence what is missing.
find_dotnet() {
    local candidate
    for candidate in "$(command -v dotnet)" "${DOTNET_ROOT:-}/dotnet" /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet "$HOME/.dotnet/dotnet"; do
        [ -x "$candidate" ] || continue
        dotnet=$candidate
        (cd "$root" && "$dotnet" --version >/dev/null 2>&1) || continue
        mkdir -p "$state"
        printf '%s\n' "$dotnet" >"$state/dotnet"
        return
    done
    if [ -n "${dotnet:-}" ]; then
        say "Limner needs the .NET SDK 10.0.100 or later and $dotnet has only: $("$dotnet" --list-sdks | cut -d' ' -f1 | tr '\n' ' ')(https://dotnet.microsoft.com/download/dotnet/10.0)."
    else
        say "Limner needs the .NET SDK 10.0.100 or later, and no 'dotnet' was found (https://dotnet.microsoft.com/download/dotnet/10.0)."
    fi
    exit 127
}

# One line that changes when any of the given trees changes: names, sizes and times of every source, so that an added, removed, edited or pulled
# file (even one with an old date) is seen without asking git or MSBuild.
fingerprint() {
    # A tree that does not exist (yet) is no error.
    (cd "$root" && { find "$@" \( -name bin -o -name obj -o -name __pycache__ \) -prune -o -type f -printf '%p %s %T@\n' 2>/dev/null || true; } |
        LC_ALL=C sort | sha256sum | cut -d' ' -f1)
}

house=(Directory.Build.props Directory.Build.targets Directory.Packages.props global.json nuget.config .editorconfig eng)

# end_compiler ID: ends the compiler that answers under that name. By /proc, since a bare Debian has no pkill.
end_compiler() {
    local process
    for process in /proc/[0-9]*; do
        if grep -qzx -- "-pipename:$1" "$process/cmdline" 2>/dev/null; then kill "${process##*/}" 2>/dev/null || true; fi
    done
}

# build TARGET LOG [OPTION...]: Release build with warnings as errors; on failure prints the errors and returns 1.
build() {
    local started=$SECONDS target=$1 log=$2 compiler=limner-$$ built=true
    shift 2
    # One compiler for all projects takes half of the time of one for each. No build server survives this: a lingering one would keep the caller's pipes open.
    (cd "$root" && "$dotnet" build "$target" -c $configuration --nologo -v q -nodeReuse:false -p:UseSharedCompilation=true -p:SharedCompilationId="$compiler" "$@") >"$log" 2>&1 </dev/null || built=false
    end_compiler "$compiler"
    if ! $built; then
        grep -E '(error|warning) [A-Za-z]+[0-9]+' "$log" | sort -u | head -40 >&2 || true
        grep -qE 'error [A-Za-z]+[0-9]+' "$log" || tail -20 "$log" >&2
        say "The build failed; all of its output is in $log."
        return 1
    fi
    say "built in $((SECONDS - started)) s"
}
