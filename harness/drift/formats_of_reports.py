import json
def render(report, form):
    return json.dumps(report.as_json(), ensure_ascii=False, indent=1)+"\n"
