namespace Limner.Standalone.Commands;

/// <summary>What the process says when it ends; README.md lists the same numbers.</summary>
internal enum ExitCode
{
    Done = 0,
    Fault = 1,
    Request = 2,
    Model = 3,
    Output = 4,
    Provider = 5,
    Service = 6,
    Stopped = 130,
}
