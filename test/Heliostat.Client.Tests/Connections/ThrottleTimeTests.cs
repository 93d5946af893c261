using System.Reflection;
using Heliostat.Client.Connections;
using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Client.Tests.Connections;

public class ThrottleTimeTests
{
    private const int Time = 0x01020304;

    [Fact]
    public void It_is_found_in_every_answer_that_has_it_first()
    {
        List<string> wrong = [];
        foreach (var api in Api.All)
        {
            if (typeof(Api).Assembly.GetType($"Heliostat.Protocol.Messages.{api.Key}Response") is not { } type
                || type.GetField("ThrottleTimeMs") is not { } field)
            {
                continue;
            }

            for (var version = api.MinVersion; version <= api.MaxVersion; version++)
            {
                var answer = Written(api, version, type, field);
                var expected = answer.AsSpan().StartsWith(new byte[] { 1, 2, 3, 4 }) ? Time : 0;
                if (ThrottleTime.Find(answer, api, version) is var found && found != expected)
                {
                    wrong.Add($"{api.Key} v{version}: expected {expected}, found {found}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    private static byte[] Written(Api api, short version, Type type, FieldInfo field)
    {
        var body = (IBody)Activator.CreateInstance(type)!;
        field.SetValue(body, Time);
        var buffer = new WireBuffer();
        var writer = new WireWriter(buffer, version, api.IsFlexible(version));
        writer.Body(body);
        return buffer.ToArray();
    }
}
