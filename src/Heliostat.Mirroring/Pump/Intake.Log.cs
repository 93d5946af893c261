using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Pump;

internal sealed partial class Intake
{
    [LoggerMessage(EventIds.UnknownControl, LogLevel.Warning,
        "source: {Topic}-{Partition}: a control record of type {Type}, which this version does not know, is passed over at offset "
            + "{Offset}; further ones of the lane are not told")]
    private static partial void LogUnknownControl(ILogger logger, string topic, int partition, int type, long offset);
}
