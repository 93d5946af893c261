using Microsoft.Extensions.Logging;

namespace Heliostat.Client.Authentication.Logins;

internal sealed partial class Login<T>
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.LoginNotRenewed, LogLevel.Warning,
            "{Cluster}: the credential of {Identity} could not be renewed: {Reason}; the old one is good until {Expires:u}, the next "
                + "attempt is in 10 s")]
        public static partial void NotRenewed(ILogger logger, string cluster, string identity, string reason, DateTimeOffset expires);

        [LoggerMessage(EventIds.LoginRenewed, LogLevel.Information,
            "{Cluster}: the credential of {Identity} is renewed, good until {Expires:u}")]
        public static partial void Renewed(ILogger logger, string cluster, string identity, DateTimeOffset expires);
    }
}
