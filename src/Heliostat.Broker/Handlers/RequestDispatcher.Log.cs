using System.Net;
using Heliostat.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Heliostat.Broker.Handlers;

internal sealed partial class RequestDispatcher
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.HandlerFailed, LogLevel.Error,
            "Broker {BrokerId} failed to serve a request of {Peer}; the connection is closed")]
        public static partial void HandlerFailed(ILogger logger, Exception failure, int brokerId, IPEndPoint peer);

        [LoggerMessage(EventIds.UnknownApi, LogLevel.Debug,
            "Broker {BrokerId} closes the connection of {Peer}: it does not serve API {ApiKey}")]
        public static partial void UnknownApi(ILogger logger, int brokerId, IPEndPoint peer, short apiKey);

        [LoggerMessage(EventIds.NotAdmitted, LogLevel.Debug,
            "Broker {BrokerId}: {Peer} sent {Api} without a login, or after its session was over; its connection is closed")]
        public static partial void NotAdmitted(ILogger logger, int brokerId, IPEndPoint peer, ApiKey api);

        [LoggerMessage(EventIds.UnsupportedVersion, LogLevel.Debug,
            "Broker {BrokerId} got version {Version} of {Api} from {Peer}, which it does not serve")]
        public static partial void UnsupportedVersion(ILogger logger, int brokerId, IPEndPoint peer, ApiKey api, short version);
    }
}
