namespace Heliostat.Mirroring.Java;

/// <summary>Who is asked about the records of a lane.</summary>
/// <param name="Host">The JVM of its flow.</param>
/// <param name="Topic">The lane's topic, by its name on the source.</param>
internal sealed record JavaLane(JavaHost Host, string Topic);
