using Heliostat.Configuration.Transforms;

namespace Heliostat.Mirroring.Java;

/// <summary>What is asked at one place of the chain of one lane.</summary>
/// <param name="Host">Who is asked.</param>
/// <param name="Class">The class.</param>
/// <param name="Topic">The topic's name at this step.</param>
/// <param name="Source">The topic's name on the source.</param>
/// <param name="Partition">The lane's partition.</param>
internal sealed record JavaQuestion(JavaHost Host, JavaClass Class, string Topic, string Source, int Partition);
