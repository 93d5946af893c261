namespace Heliostat.Testing.RealKafka;

/// <summary>What a Java client threw, with its stack trace.</summary>
public sealed class JavaOracleException(string message) : Exception(message);
