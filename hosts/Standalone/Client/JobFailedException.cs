using Limner.Standalone.Commands;

namespace Limner.Standalone.Client;

/// <summary>A job that ended without completing: a fault of this one, where others may do well.</summary>
internal sealed class JobFailedException(ExitCode code, string message) : ServiceException(code, message);
