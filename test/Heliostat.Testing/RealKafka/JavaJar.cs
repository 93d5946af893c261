namespace Heliostat.Testing.RealKafka;

/// <summary>Classes of a test, compiled against Kafka's jars.</summary>
public static class JavaJar
{
    /// <summary>A transform of Kafka Connect: it sets a header, writes values in capitals, drops, throws and ends as values ask.</summary>
    public const string MarkTransform = """
        package com.example;

        import java.nio.charset.StandardCharsets;
        import java.util.Map;
        import org.apache.kafka.common.config.ConfigDef;
        import org.apache.kafka.connect.connector.ConnectRecord;
        import org.apache.kafka.connect.transforms.Transformation;

        public class Mark<R extends ConnectRecord<R>> implements Transformation<R> {
            private byte[] mark;

            @Override
            public void configure(Map<String, ?> settings) {
                mark = String.valueOf(settings.get("mark")).getBytes(StandardCharsets.UTF_8);
                System.out.println("configured");
            }

            @Override
            public R apply(R record) {
                byte[] bytes = (byte[]) record.value();
                if (bytes == null || bytes.length == 0) {
                    return record;
                }
                String value = new String(bytes, StandardCharsets.ISO_8859_1);
                if (value.startsWith("drop")) {
                    return null;
                }
                if (value.startsWith("bad")) {
                    throw new IllegalArgumentException("no good: " + value);
                }
                record.headers().addBytes("mark", mark);
                return record.newRecord(record.topic(), record.kafkaPartition(), record.keySchema(), record.key(), record.valueSchema(),
                    value.toUpperCase().getBytes(StandardCharsets.ISO_8859_1), record.timestamp() + 1);
            }

            @Override
            public ConfigDef config() {
                return new ConfigDef();
            }

            @Override
            public void close() {
            }
        }
        """;

    /// <summary>Compiles a source of one class into <paramref name="folder"/>, which is a place of a class path then.</summary>
    public static async Task<string> CompileAsync(TemporaryFolder folder, string name, string source, KafkaDistribution kafka,
        CancellationToken ct)
    {
        var file = folder.File($"{name}.java");
        await File.WriteAllTextAsync(file, source, ct);
        var classes = Path.Combine(folder.Path, "classes");
        await JavaProgram.CompileAsync(Jars(kafka), classes, file, ct);
        return classes;
    }

    /// <summary>Kafka's jars, as an entry of a class path.</summary>
    public static string Jars(KafkaDistribution kafka) => Path.Combine(kafka.Home, "libs", "*");
}
