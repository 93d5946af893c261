using Heliostat.Configuration.Options;
using Heliostat.Configuration.Transforms;
using Microsoft.Extensions.Logging;

namespace Heliostat.Mirroring.Java;

/// <summary>
/// The Java side, which is kept as source in the program, and compiled by the JDK each time it is started: what it is compiled against are
/// the user's jars.
/// </summary>
internal sealed class JavaLaunch : IDisposable
{
    private const string Main = "HeliostatHost.java";

    /// <summary>Small, and gone for good when memory is out; what the user says comes behind.</summary>
    private static readonly string[] Arguments =
        ["-Xmx256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true"];

    private readonly JavaOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _source;
    private DirectoryInfo? _folder;

    private JavaLaunch(JavaOptions options, string source, TimeProvider time, ILogger logger) =>
        (_options, _source, _time, _logger) = (options, source, time, logger);

    /// <summary>The JVM of some classes, not started yet.</summary>
    public static JavaHost Host(JavaOptions options, IEnumerable<JavaClass> classes, TimeProvider time, ILogger logger)
    {
        var isHandler = classes.Any(one => one.Kind == JavaClassKind.Handler);
        var source = Text(Main) + Text(isHandler ? "HeliostatHandlers.java" : "HeliostatTransforms.java");
        var launch = new JavaLaunch(options, source, time, logger);
        return new JavaHost(launch.Start, options.Timeout, time, logger) { Launch = launch };
    }

    /// <summary>The program that is started.</summary>
    public static string Program(JavaOptions options) => options.Home.Length > 0 ? Path.Combine(options.Home, "bin", "java") : "java";

    /// <exception cref="JavaException">It cannot be started.</exception>
    public IJavaPipe Start()
    {
        try
        {
            _folder ??= Directory.CreateTempSubdirectory("heliostat-java-");
            var file = Path.Combine(_folder.FullName, Main);
            File.WriteAllText(file, _source);
            return JavaPipe.Start(Program(_options), [.. Arguments,
                .. _options.Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                "-cp", _options.ClassPath, file], _time, _logger);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new JavaException($"its source cannot be written: {failure.Message}", failure);
        }
    }

    public void Dispose()
    {
        try
        {
            _folder?.Delete(recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Whoever cleans the folder of temporary files will.
        }
    }

    private static string Text(string name)
    {
        using var reader = new StreamReader(typeof(JavaLaunch).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the program"));
        return reader.ReadToEnd();
    }
}
