using InnovationScale;

switch (args)
{
    case ["upload"]: await UploadBench.Run(); return 0;
    case ["log"]: await LogBench.Run(); return 0;
    case ["synthesis"]: SynthesisBench.Run(); return 0;
    default:
        Console.Error.WriteLine("Usage: dotnet run -c Release --project bench/InnovationScale.Bench -- upload | log | synthesis");
        return 2;
}
