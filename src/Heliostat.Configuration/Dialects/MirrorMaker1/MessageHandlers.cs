using Heliostat.Configuration.Files;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Transforms;

namespace Heliostat.Configuration.Dialects.MirrorMaker1;

/// <summary>
/// Reads <c>--message.handler</c>, whose class runs in a JVM beside the mirror. Where it and its JVM are, the environment says as to
/// Kafka's scripts: <c>CLASSPATH</c>, <c>KAFKA_HOME</c> (its folder <c>libs</c>) and <c>JAVA_HOME</c>.
/// </summary>
internal static class MessageHandlers
{
    private const string Option = "--message.handler";
    private const string Handler = "kafka.tools.MirrorMaker$MirrorMakerMessageHandler";

    /// <summary>What becomes of records, and the JVM for it; null where no handler is named.</summary>
    public static (TransformChain Chain, JavaOptions Java)? Read(MirrorMaker1Options options, Func<string, string?> environment,
        Findings findings)
    {
        if (options.MessageHandler is not { Length: > 0 } name)
        {
            return null;
        }

        var kafka = environment("KAFKA_HOME") is { Length: > 0 } home ? Path.Combine(home, "libs", "*") : null;
        var path = string.Join(Path.PathSeparator,
            new[] { environment("CLASSPATH"), kafka }.Where(entry => !string.IsNullOrWhiteSpace(entry)));
        var place = JavaClassPath.Find(path, name);
        if (place is null)
        {
            findings.Error(Option, $"'{name}' is in nothing that the environment's CLASSPATH names");
        }
        else if (JavaClassPath.Find(path, Handler) is null)
        {
            findings.Error(Option, "needs Kafka's own jars, up to 3.9: KAFKA_HOME, or CLASSPATH, is to name them");
        }

        var handler = new JavaClass(JavaClassKind.Handler, name) { Place = place ?? "", Argument = options.MessageHandlerArgs };
        return (new TransformChain([new Transform(Option, new TransformAction.Java(handler))], $"{Option}={name}"),
            new JavaOptions { ClassPath = path, Home = environment("JAVA_HOME") ?? "" });
    }
}
