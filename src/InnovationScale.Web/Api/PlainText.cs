using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace InnovationScale.Api;

/// <summary>
/// What people write is text: NUL and other control characters are refused where they come in, by JSON, form or address, since no database,
/// spreadsheet or screen reader keeps them alike.
/// </summary>
public static class PlainText
{
    public const string Code = "control-character";

    public static bool Is(string? text)
    {
        foreach (var c in text.AsSpan())
        {
            if (char.IsControl(c) && c is not ('\t' or '\n' or '\r')) return false;
        }

        return true;
    }

    /// <summary>Looks at the address and at forms; a form that carries a file is read, and its fields checked, by whoever takes the file.</summary>
    public static void UsePlainText(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var request = context.Request;
        if (!request.Query.All(one => Is(one.Key) && one.Value.All(Is))) throw new BadRequest(Code);
        if (request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) is true
            && !(await Form(request)).All(one => Is(one.Key) && one.Value.All(Is)))
        {
            throw new BadRequest(Code);
        }

        await next(context);
    });

    private static async Task<IFormCollection> Form(HttpRequest request)
    {
        try
        {
            return await request.ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (InvalidDataException)
        {
            throw new BadRequest("unreadable-request", "The form cannot be read.");
        }
    }

    /// <summary>A string of a JSON body; every property of one comes through here.</summary>
    internal sealed class Json : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Checked(reader.GetString());

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Checked(reader.GetString())!;

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

        private static string? Checked(string? text) => Is(text) ? text : throw new ControlCharacter();
    }

    /// <summary>A JSON body holds a control character; the serializer adds where.</summary>
    internal sealed class ControlCharacter() : JsonException(Words.English[$"problem.{Code}.mend"]);
}
