using System.Text.Json;
using System.Text.RegularExpressions;
using Allocation.Data;
using Allocation.Domain;
using Microsoft.AspNetCore.Diagnostics;

namespace Allocation.Api;

/// <summary>Answers what the handlers refuse and what cannot be read; anything else remains a 500.</summary>
internal sealed partial class Problems : IExceptionHandler
{
    private const string NotAnObject = "Send a JSON object in the body.";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (AnswerTo(exception) is not { } answer)
        {
            return false;
        }

        await answer.ExecuteAsync(httpContext);
        return true;
    }

    private static IResult? AnswerTo(Exception exception) => exception switch
    {
        InvalidSkuException => Results.Json(new { message = exception.Message }, statusCode: StatusCodes.Status400BadRequest),
        InvalidBatchException => Results.Problem(exception.Message, statusCode: StatusCodes.Status404NotFound),
        BatchExistsException => Results.Problem(exception.Message, statusCode: StatusCodes.Status409Conflict),
        _ when Conflicts.IsConflict(exception) => Results.Problem(
            "Others changed the same product at the same time, again and again. Nothing was stored; send the request again.",
            statusCode: StatusCodes.Status409Conflict),
        BadHttpRequestException { InnerException: JsonException unreadable } => Results.ValidationProblem(ErrorsIn(unreadable)),
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } => Results.ValidationProblem(ErrorIn("body", NotAnObject)),
        BadHttpRequestException refused => Results.Problem(refused.Message, statusCode: refused.StatusCode),
        _ => null,
    };

    /// <summary>The fields at fault, under the names that the client knows.</summary>
    private static Dictionary<string, string[]> ErrorsIn(JsonException unreadable)
    {
        if (unreadable.InnerException is JsonException malformed)
        {
            return ErrorIn("body", $"This is not JSON: {malformed.Message}");
        }

        // The names of missing fields are in no property of the exception.
        if (unreadable.Message.Split("required properties including:") is [_, var missing])
        {
            var fields = QuotedName().Matches(missing).Select(match => match.Groups[1].Value);
            return fields.ToDictionary(field => field, field => new[] { $"The field {field} is missing." });
        }

        return unreadable.Path is ['$', '.', .. var unfit]
            ? ErrorIn(unfit, $"The field {unfit} needs one value of the right type and format.")
            : ErrorIn("body", NotAnObject);
    }

    private static Dictionary<string, string[]> ErrorIn(string field, string error) => new() { [field] = [error] };

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex QuotedName();
}
