using Heliostat.Configuration;
using Heliostat.Configuration.Options;
using Heliostat.Mirroring.Java;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Flows;

/// <summary>The JVM of a flow whose transforms are classes of the user's: one, for as long as a life.</summary>
internal static class FlowJava
{
    /// <summary>Starts it with the life, where the flow asks for it; null where it does not.</summary>
    /// <exception cref="ConfigurationException">It cannot be started, or a class cannot be loaded.</exception>
    /// <exception cref="TimeoutException">It takes too long to start, or is killed meanwhile.</exception>
    public static JavaHost? Begin(FlowOptions flow, FlowLife life) =>
        flow.Enabled && Begin(flow, life.Scope.Time, life.Scope.Logger) is { } host ? life.Keep(host) : null;

    /// <summary>Starts it where the flow asks for it; null where it does not.</summary>
    /// <exception cref="ConfigurationException">It cannot be started, or a class cannot be loaded.</exception>
    /// <exception cref="TimeoutException">It takes too long to start, or is killed meanwhile.</exception>
    public static JavaHost? Begin(FlowOptions flow, TimeProvider time, ILogger logger)
    {
        if (flow.Java is not { } options || flow.Transforms.JavaClasses is not { Count: > 0 } classes)
        {
            return null;
        }

        var host = JavaLaunch.Host(options, classes, time, logger);
        try
        {
            host.Load(classes);
            return host;
        }
        catch (JavaException failure)
        {
            host.Dispose();
            throw failure.MayPass ? new TimeoutException($"java: {failure.Message}")
                : new ConfigurationException($"java: {failure.Message}");
        }
    }
}
